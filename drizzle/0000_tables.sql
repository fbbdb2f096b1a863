CREATE TABLE "demo_clock" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"demo_base" timestamp with time zone NOT NULL,
	"real_base" timestamp with time zone NOT NULL,
	"rate" integer DEFAULT 1 NOT NULL,
	"running" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"site_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"key" text NOT NULL,
	"command" text NOT NULL,
	"body_hash" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "idempotency_keys_site_id_person_id_key_pk" PRIMARY KEY("site_id","person_id","key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"tender_project_id" uuid,
	"lot_id" uuid,
	"seq" bigint NOT NULL,
	"key" text NOT NULL,
	"dataset" text NOT NULL,
	"op" text DEFAULT 'upsert' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"body" jsonb NOT NULL,
	"body_hash" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_error" text,
	"ack" jsonb,
	"ack_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "service_beats" (
	"part" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_incidents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"part" text NOT NULL,
	"seconds" integer NOT NULL,
	"ended_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trail_heads" (
	"site_id" uuid NOT NULL,
	"chain" text NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "trail_heads_site_id_chain_pk" PRIMARY KEY("site_id","chain")
);
--> statement-breakpoint
CREATE TABLE "trail_lines" (
	"site_id" uuid NOT NULL,
	"chain" text NOT NULL,
	"seq" bigint NOT NULL,
	"prev" text NOT NULL,
	"hash" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"lot_id" uuid,
	"person_id" uuid,
	"org_id" uuid,
	"role" text NOT NULL,
	"address" text,
	"at" timestamp with time zone NOT NULL,
	"real_at" timestamp with time zone NOT NULL,
	"facts" jsonb NOT NULL,
	CONSTRAINT "trail_lines_site_id_chain_seq_pk" PRIMARY KEY("site_id","chain","seq")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"owner_org_id" uuid,
	"lot_id" uuid,
	"kind" text NOT NULL,
	"scope" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"nonce" text PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"text" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id_hash" text PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"role" text NOT NULL,
	"certificate_id" uuid NOT NULL,
	"seat_id" uuid,
	"address" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "calendar_links" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "calendar_links_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "letters" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"lot_id" uuid,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	"mail_state" text DEFAULT 'queued' NOT NULL,
	"phone_state" text DEFAULT 'none' NOT NULL,
	"about_id" uuid,
	"reminded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "certificate_warnings" (
	"certificate_id" uuid NOT NULL,
	"occasion" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "certificate_warnings_certificate_id_occasion_pk" PRIMARY KEY("certificate_id","occasion")
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"fingerprint" text NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"pair_id" uuid NOT NULL,
	"use" text NOT NULL,
	"der" "bytea" NOT NULL,
	"subject" text NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"bound_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_reason" text,
	"tested_at" timestamp with time zone,
	CONSTRAINT "certificates_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"org_id" uuid NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"roles" jsonb NOT NULL,
	"admin" boolean DEFAULT false NOT NULL,
	"token_hash" text NOT NULL,
	"invited_by" uuid NOT NULL,
	"invited_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"accepted_by" uuid,
	"accepted_at" timestamp with time zone,
	CONSTRAINT "invitations_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"role" text NOT NULL,
	"title" text DEFAULT '' NOT NULL,
	"site_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"admin" boolean DEFAULT false NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "operator_relations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"credit_code" text NOT NULL,
	"name" text NOT NULL,
	"relation" text NOT NULL,
	"entered_by" uuid NOT NULL,
	"entered_at" timestamp with time zone NOT NULL,
	CONSTRAINT "operator_relations_creditCode_unique" UNIQUE("credit_code")
);
--> statement-breakpoint
CREATE TABLE "organisations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"credit_code" text NOT NULL,
	"name" text NOT NULL,
	"region_code" text NOT NULL,
	"address" text DEFAULT '' NOT NULL,
	"contact" text DEFAULT '' NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"email" text DEFAULT '' NOT NULL,
	"verified_by" text,
	"verified_at" timestamp with time zone,
	"related_to_operator" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"standing" text DEFAULT 'active' NOT NULL,
	CONSTRAINT "organisations_creditCode_unique" UNIQUE("credit_code")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person_details" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"id_type" text NOT NULL,
	"id_number" text NOT NULL,
	"phone" text NOT NULL,
	"email" text DEFAULT '' NOT NULL,
	"qualifications" jsonb DEFAULT '[]'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration_decisions" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"approved" boolean NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"decided_by" uuid NOT NULL,
	"decided_by_name" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"person_id" uuid,
	"role" text,
	"data" jsonb NOT NULL,
	"evidence" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"entered_by" uuid NOT NULL,
	"entered_by_name" text NOT NULL,
	"entered_at" timestamp with time zone NOT NULL,
	"entered_site" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration_versions" (
	"org_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"data" jsonb NOT NULL,
	"from_hub" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"evidence" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"entered_by" uuid NOT NULL,
	"entered_by_name" text NOT NULL,
	"entered_at" timestamp with time zone NOT NULL,
	CONSTRAINT "registration_versions_org_id_version_pk" PRIMARY KEY("org_id","version")
);
--> statement-breakpoint
CREATE TABLE "standing_acts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"org_id" uuid NOT NULL,
	"act" text NOT NULL,
	"reason" text NOT NULL,
	"by" uuid NOT NULL,
	"by_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"confirms" uuid,
	CONSTRAINT "standing_acts_confirms_unique" UNIQUE("confirms")
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"host" text NOT NULL,
	"name" text NOT NULL,
	"platform_code" text NOT NULL,
	"operator_name" text NOT NULL,
	"operator_credit_code" text NOT NULL,
	"profile" text NOT NULL,
	"hub_url" text,
	"trust_list" jsonb NOT NULL,
	"crl_urls" jsonb NOT NULL,
	"ocsp_urls" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"timestamp_url" text,
	"timestamp_trust" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sites_host_unique" UNIQUE("host"),
	CONSTRAINT "sites_platformCode_unique" UNIQUE("platform_code")
);
--> statement-breakpoint
CREATE TABLE "archives" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"manifest_hash" text NOT NULL,
	"statement" jsonb NOT NULL,
	"item_count" integer NOT NULL,
	"ruleset" text NOT NULL,
	"built_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "award_letters" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"number" text NOT NULL,
	"payload" jsonb NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "award_letters_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "awards" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"price_fen" bigint NOT NULL,
	"ground" text DEFAULT '' NOT NULL,
	"decision" jsonb NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "candidates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"rank" integer NOT NULL,
	"price_fen" bigint NOT NULL,
	"total_hundredths" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bids" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"bid_uuid" uuid NOT NULL,
	"seq" integer NOT NULL,
	"upload_id" uuid NOT NULL,
	"suite" text NOT NULL,
	"tender_digest" text NOT NULL,
	"header" "bytea" NOT NULL,
	"seal" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"seal_hash" text NOT NULL,
	"body_length" bigint NOT NULL,
	"signer_fingerprint" text NOT NULL,
	"registration_version" integer DEFAULT 1 NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"clock_offset_ms" integer NOT NULL,
	"flags" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"receipt_number" text NOT NULL,
	"receipt" jsonb NOT NULL,
	"receipt_hash" text NOT NULL,
	"replaced_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"withdrawal" jsonb,
	"withdrawal_receipt" jsonb,
	CONSTRAINT "bids_receiptNumber_unique" UNIQUE("receipt_number")
);
--> statement-breakpoint
CREATE TABLE "gate_passes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"upload_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"seal" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"clock_offset_ms" integer NOT NULL,
	"state" text DEFAULT 'checking' NOT NULL,
	CONSTRAINT "gate_passes_uploadId_unique" UNIQUE("upload_id")
);
--> statement-breakpoint
CREATE TABLE "receipt_refusals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"upload_id" uuid,
	"code" text NOT NULL,
	"facts" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "upload_units" (
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"upload_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"leaf_hashes" "bytea" NOT NULL,
	"storage_key" text NOT NULL,
	CONSTRAINT "upload_units_upload_id_n_pk" PRIMARY KEY("upload_id","n")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"body_length" bigint NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"units_discarded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "clarification_reads" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"clarification_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clarification_texts" (
	"clarification_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"items" jsonb NOT NULL,
	"changes" jsonb NOT NULL,
	"statement" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clarifications" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"document_version" integer NOT NULL,
	"affects_bids" boolean NOT NULL,
	"obligatory" boolean NOT NULL,
	"old_deadline" timestamp with time zone,
	"new_deadline" timestamp with time zone,
	"content_hash" text NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	"announced_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "question_askers" (
	"question_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "questions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"clause" text NOT NULL,
	"text" text NOT NULL,
	"asked_on" timestamp with time zone NOT NULL,
	"clarification_id" uuid
);
--> statement-breakpoint
CREATE TABLE "committee_members" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"expert_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"place" integer NOT NULL,
	"state" text DEFAULT 'drawn' NOT NULL,
	"seat_id" uuid,
	"signed_in_at" timestamp with time zone,
	"declaration" jsonb,
	"declared_at" timestamp with time zone,
	"is_chair" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "committee_requests" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"speciality" text NOT NULL,
	"member_count" integer NOT NULL,
	"standby_count" integer DEFAULT 2 NOT NULL,
	"avoidance" jsonb NOT NULL,
	"evaluation_at" timestamp with time zone NOT NULL,
	"requested_by" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draws" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"label" text NOT NULL,
	"scope" text NOT NULL,
	"record" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "experts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"code" text NOT NULL,
	"person_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"speciality" text NOT NULL,
	"region_code" text NOT NULL,
	"employer_credit_code" text DEFAULT '' NOT NULL,
	"available" text DEFAULT 'yes' NOT NULL,
	CONSTRAINT "experts_code_unique" UNIQUE("code"),
	CONSTRAINT "experts_personId_unique" UNIQUE("person_id")
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"step" text DEFAULT 'preliminary' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"case_file" jsonb,
	"result" jsonb,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "preliminary_marks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"member_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"item" text NOT NULL,
	"verdict" text NOT NULL,
	"ground" text,
	"reason" text DEFAULT '' NOT NULL,
	"place" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_signatures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"report_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"payload" jsonb NOT NULL,
	"pdf_file_id" uuid NOT NULL,
	"finished_at" timestamp with time zone,
	"delivered_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "score_sheets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"member_id" uuid NOT NULL,
	"step" text NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scores" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"member_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"item" text NOT NULL,
	"score_hundredths" integer NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draw_nonces" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"party" text NOT NULL,
	"commitment" text NOT NULL,
	"nonce" text NOT NULL,
	"revealed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "lots" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"tender_project_id" uuid NOT NULL,
	"code" text NOT NULL,
	"deal_code" text NOT NULL,
	"name" text NOT NULL,
	"content" text NOT NULL,
	"estimate_fen" bigint NOT NULL,
	"state" text DEFAULT 'D0' NOT NULL,
	"flags" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"round" integer DEFAULT 1 NOT NULL,
	"sale_start" timestamp with time zone,
	"sale_end" timestamp with time zone,
	"bid_deadline" timestamp with time zone,
	"notice_published_at" timestamp with time zone,
	"media_published_at" timestamp with time zone,
	"decryption_window_minutes" integer DEFAULT 60 NOT NULL,
	"window_ends_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	"candidates_published_at" timestamp with time zone,
	"candidate_period_ends_at" timestamp with time zone,
	"awarded_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "lots_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "notice_words" (
	"notice_id" uuid PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"grams" text[] NOT NULL,
	"region_code" text NOT NULL,
	"subject" text NOT NULL,
	"ceiling_fen" bigint
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"tender_project_id" uuid NOT NULL,
	"number" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"fields" jsonb NOT NULL,
	"body" text NOT NULL,
	"draft" jsonb,
	"content_hash" text NOT NULL,
	"statement" jsonb,
	"serial" integer DEFAULT 0 NOT NULL,
	"published_at" timestamp with time zone,
	"media_url" text,
	"media_published_at" timestamp with time zone,
	CONSTRAINT "notices_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "saved_searches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"mailed_until" timestamp with time zone NOT NULL,
	"mailed_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "objection_answers" (
	"objection_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"clause" text NOT NULL,
	"outcome" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"statement" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "objections" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"clause" text NOT NULL,
	"text" text NOT NULL,
	"demand" text NOT NULL,
	"in_time" boolean NOT NULL,
	"filed_at" timestamp with time zone NOT NULL,
	"alarm_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"warned_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"statement" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bid_openings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"segment" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"release" jsonb,
	"released_at" timestamp with time zone,
	"content_key" "bytea",
	"failure_class" text,
	"failure_evidence" jsonb,
	"legal_effect" text,
	"form" jsonb,
	"draw" text,
	"files" jsonb,
	"final_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "closing_records" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"payload" jsonb NOT NULL,
	"closing_hash" text NOT NULL,
	"statement" jsonb NOT NULL,
	"closed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hall_events" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hall_sign_ins" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"address" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "opening_records" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"payload" jsonb NOT NULL,
	"record_hash" text NOT NULL,
	"pdf_file_id" uuid,
	"signed_pdf_file_id" uuid,
	"statement" jsonb,
	"version" integer DEFAULT 1 NOT NULL,
	"signed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "opening_remarks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"statement" jsonb,
	"answer" text,
	"answered_at" timestamp with time zone,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "release_attempts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"code" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"code" text NOT NULL,
	"venue_id" uuid NOT NULL,
	"row" integer DEFAULT 0 NOT NULL,
	"column" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'free' NOT NULL,
	CONSTRAINT "seats_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "venues" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"org_id" uuid NOT NULL,
	"region_code" text NOT NULL,
	"fee_text" text DEFAULT '' NOT NULL,
	CONSTRAINT "venues_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "obtainments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"address" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tender_documents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"content" jsonb NOT NULL,
	"file_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"digest" text,
	"statement" jsonb,
	"issued_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"owner_org_id" uuid NOT NULL,
	"fixed_assets" boolean NOT NULL,
	"invest_code" text,
	"industry" text NOT NULL,
	"region_code" text NOT NULL,
	"address" text NOT NULL,
	"fund_source" text NOT NULL,
	"scale" text NOT NULL,
	"approval_name" text NOT NULL,
	"approval_number" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "projects_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "tender_projects" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"tender_class" text NOT NULL,
	"tenderer_org_id" uuid NOT NULL,
	"agency_org_id" uuid,
	"mandate_number" text,
	"regime" jsonb NOT NULL,
	"supervise_dept" text NOT NULL,
	"supervisor_org_id" uuid,
	"region_code" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tender_projects_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_key" ON "outbox" USING btree ("site_id","key","version");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("state","next_try_at");--> statement-breakpoint
CREATE INDEX "trail_lines_lot" ON "trail_lines" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "challenges_expiry" ON "challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "calendar_links_person" ON "calendar_links" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "letters_org" ON "letters" USING btree ("org_id","sent_at");--> statement-breakpoint
CREATE INDEX "certificates_org" ON "certificates" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "invitations_org" ON "invitations" USING btree ("org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "memberships_unique" ON "memberships" USING btree ("person_id","org_id","role");--> statement-breakpoint
CREATE INDEX "registration_requests_org" ON "registration_requests" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "standing_acts_org" ON "standing_acts" USING btree ("org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "award_letters_unique" ON "award_letters" USING btree ("lot_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "candidates_rank" ON "candidates" USING btree ("lot_id","rank");--> statement-breakpoint
CREATE UNIQUE INDEX "bids_seq" ON "bids" USING btree ("lot_id","org_id","seq");--> statement-breakpoint
CREATE INDEX "bids_lot" ON "bids" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "gate_passes_lot" ON "gate_passes" USING btree ("lot_id","state");--> statement-breakpoint
CREATE INDEX "uploads_lot" ON "uploads" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "clarification_reads_unique" ON "clarification_reads" USING btree ("clarification_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "clarifications_number" ON "clarifications" USING btree ("lot_id","number");--> statement-breakpoint
CREATE INDEX "questions_lot" ON "questions" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "committee_members_unique" ON "committee_members" USING btree ("lot_id","expert_id");--> statement-breakpoint
CREATE INDEX "committee_members_person" ON "committee_members" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "preliminary_marks_unique" ON "preliminary_marks" USING btree ("lot_id","version","member_id","bid_id","item");--> statement-breakpoint
CREATE UNIQUE INDEX "report_signatures_unique" ON "report_signatures" USING btree ("report_id","member_id");--> statement-breakpoint
CREATE INDEX "report_signatures_lot" ON "report_signatures" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "reports_version" ON "reports" USING btree ("lot_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "score_sheets_unique" ON "score_sheets" USING btree ("lot_id","version","member_id","step");--> statement-breakpoint
CREATE UNIQUE INDEX "scores_unique" ON "scores" USING btree ("lot_id","version","member_id","bid_id","item");--> statement-breakpoint
CREATE INDEX "lots_state" ON "lots" USING btree ("site_id","state");--> statement-breakpoint
CREATE INDEX "lots_project" ON "lots" USING btree ("tender_project_id");--> statement-breakpoint
CREATE INDEX "notice_words_grams" ON "notice_words" USING gin ("grams") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "notices_published" ON "notices" USING btree ("site_id","published_at");--> statement-breakpoint
CREATE INDEX "notices_lot" ON "notices" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "saved_searches_person" ON "saved_searches" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "objections_number" ON "objections" USING btree ("lot_id","number");--> statement-breakpoint
CREATE INDEX "objections_due" ON "objections" USING btree ("answered_at","due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "bid_openings_unique" ON "bid_openings" USING btree ("bid_id","segment");--> statement-breakpoint
CREATE INDEX "bid_openings_lot" ON "bid_openings" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "hall_events_lot" ON "hall_events" USING btree ("lot_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "hall_sign_ins_unique" ON "hall_sign_ins" USING btree ("lot_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "obtainments_unique" ON "obtainments" USING btree ("lot_id","org_id","version");--> statement-breakpoint
CREATE INDEX "obtainments_org" ON "obtainments" USING btree ("org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tender_documents_version" ON "tender_documents" USING btree ("lot_id","version");