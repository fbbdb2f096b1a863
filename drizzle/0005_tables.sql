CREATE TABLE "past_awards" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"price_fen" bigint NOT NULL,
	"ground" text NOT NULL,
	"decision" jsonb NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"reason" text NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"reference" text NOT NULL,
	"account" text NOT NULL,
	"bank_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"asked" integer DEFAULT 0 NOT NULL,
	"next_ask_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_alarms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"payer_account" text NOT NULL,
	"org_ids" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_entries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"payout_id" uuid,
	"posting" uuid NOT NULL,
	"kind" text NOT NULL,
	"account" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_keepings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"ground" text NOT NULL,
	"facts" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"decision" text,
	"reason" text,
	"statement" jsonb,
	"decided_by" uuid,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "security_marks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_payments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"transaction" text NOT NULL,
	"paid_fen" bigint NOT NULL,
	"paid_at" timestamp with time zone NOT NULL,
	"payer_name" text NOT NULL,
	"payer_account" text NOT NULL,
	"payer_bank" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"verdict" text NOT NULL,
	"finding" text DEFAULT '' NOT NULL,
	"statement" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_payouts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"number" text NOT NULL,
	"reason" text NOT NULL,
	"principal_fen" bigint NOT NULL,
	"interest_fen" bigint NOT NULL,
	"keeping_id" uuid,
	"payee_name" text DEFAULT '' NOT NULL,
	"payee_account" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"send_after" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'due' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"done_at" timestamp with time zone,
	"statement" jsonb
);
--> statement-breakpoint
CREATE TABLE "validity_extensions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"asked_by" uuid NOT NULL,
	"until" text NOT NULL,
	"reason" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"reply_by" timestamp with time zone NOT NULL,
	"statement" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "validity_replies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"extension_id" uuid NOT NULL,
	"answer" text NOT NULL,
	"guarantee_until" text DEFAULT '' NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "competition_signatures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"statement_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "competition_statements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"number" integer NOT NULL,
	"valid_bids" integer NOT NULL,
	"is_lacking" boolean NOT NULL,
	"text" text NOT NULL,
	"drafted_by" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "past_evaluations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"case_file" jsonb,
	"result" jsonb,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"ground" jsonb NOT NULL,
	"outcome" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hall_measures" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"round" integer DEFAULT 1 NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"evidence" text NOT NULL,
	"old_end" timestamp with time zone NOT NULL,
	"new_end" timestamp with time zone NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "application_closings" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"payload" jsonb NOT NULL,
	"closing_hash" text NOT NULL,
	"statement" jsonb NOT NULL,
	"closed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "application_openings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"application_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"segment" text NOT NULL,
	"closing" jsonb NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"release" jsonb,
	"released_at" timestamp with time zone,
	"content_key" "bytea",
	"failure_class" text,
	"failure_evidence" jsonb,
	"form" jsonb,
	"files" jsonb,
	"consortium" jsonb,
	"final_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "applications" (
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
	CONSTRAINT "applications_receiptNumber_unique" UNIQUE("receipt_number")
);
--> statement-breakpoint
CREATE TABLE "prequal_documents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"content" jsonb NOT NULL,
	"file_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"digest" text,
	"statement" jsonb,
	"change" text,
	"issued_at" timestamp with time zone,
	"announced_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "prequal_marks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"application_id" uuid NOT NULL,
	"reviewer_id" uuid NOT NULL,
	"criterion_id" text NOT NULL,
	"passed" boolean NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prequal_obtainments" (
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
CREATE TABLE "prequal_reports" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"payload" jsonb NOT NULL,
	"report_hash" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prequal_results" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"application_id" uuid NOT NULL,
	"qualified" boolean NOT NULL,
	"reasons" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"members" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prequal_reviewers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"added_by" uuid NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	"declaration" jsonb,
	"declared_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "prequal_signatures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"reviewer_id" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instruction_receipts" (
	"instruction_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tender_relations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"tender_project_id" uuid NOT NULL,
	"credit_code" text NOT NULL,
	"name" text NOT NULL,
	"relation" text NOT NULL,
	"entered_by" uuid NOT NULL,
	"entered_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
DROP INDEX "candidates_rank";--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "certifications" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "professionals" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "placements" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "candidates" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "prequalified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "application_deadline" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "applications_opened_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "application_window_ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "review_started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "results_sent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "interests" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "security" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "security_accounts_one" ON "security_accounts" USING btree ("lot_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "security_accounts_reference" ON "security_accounts" USING btree ("site_id","reference");--> statement-breakpoint
CREATE UNIQUE INDEX "security_alarms_once" ON "security_alarms" USING btree ("lot_id","payer_account");--> statement-breakpoint
CREATE INDEX "security_entries_posting" ON "security_entries" USING btree ("posting");--> statement-breakpoint
CREATE INDEX "security_entries_payment" ON "security_entries" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "security_entries_lot" ON "security_entries" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "security_keepings_bid" ON "security_keepings" USING btree ("bid_id");--> statement-breakpoint
CREATE INDEX "security_keepings_lot" ON "security_keepings" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "security_marks_once" ON "security_marks" USING btree ("lot_id","org_id","sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "security_payments_once" ON "security_payments" USING btree ("account_id","transaction");--> statement-breakpoint
CREATE INDEX "security_payments_lot" ON "security_payments" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "security_payouts_number" ON "security_payouts" USING btree ("site_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "security_payouts_once" ON "security_payouts" USING btree ("payment_id") WHERE state <> 'cancelled' and reason <> 'surplus';--> statement-breakpoint
CREATE UNIQUE INDEX "security_payouts_surplus" ON "security_payouts" USING btree ("payment_id") WHERE reason = 'surplus';--> statement-breakpoint
CREATE INDEX "security_payouts_lot" ON "security_payouts" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "validity_extensions_lot" ON "validity_extensions" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "validity_replies_once" ON "validity_replies" USING btree ("extension_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "competition_signatures_unique" ON "competition_signatures" USING btree ("statement_id","member_id");--> statement-breakpoint
CREATE INDEX "competition_signatures_lot" ON "competition_signatures" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "competition_statements_number" ON "competition_statements" USING btree ("lot_id","version","number");--> statement-breakpoint
CREATE UNIQUE INDEX "past_evaluations_version" ON "past_evaluations" USING btree ("lot_id","version");--> statement-breakpoint
CREATE INDEX "hall_measures_lot" ON "hall_measures" USING btree ("lot_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "application_openings_unique" ON "application_openings" USING btree ("application_id");--> statement-breakpoint
CREATE INDEX "application_openings_lot" ON "application_openings" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "applications_seq" ON "applications" USING btree ("lot_id","org_id","seq");--> statement-breakpoint
CREATE INDEX "applications_lot" ON "applications" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "prequal_documents_version" ON "prequal_documents" USING btree ("lot_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "prequal_marks_once" ON "prequal_marks" USING btree ("application_id","reviewer_id","criterion_id");--> statement-breakpoint
CREATE INDEX "prequal_marks_lot" ON "prequal_marks" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "prequal_obtainments_unique" ON "prequal_obtainments" USING btree ("lot_id","org_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "prequal_results_once" ON "prequal_results" USING btree ("lot_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "prequal_reviewers_once" ON "prequal_reviewers" USING btree ("lot_id","person_id");--> statement-breakpoint
CREATE INDEX "prequal_reviewers_person" ON "prequal_reviewers" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "prequal_signatures_once" ON "prequal_signatures" USING btree ("lot_id","reviewer_id");--> statement-breakpoint
CREATE INDEX "tender_relations_project" ON "tender_relations" USING btree ("tender_project_id");--> statement-breakpoint
CREATE UNIQUE INDEX "candidates_rank" ON "candidates" USING btree ("lot_id","version","rank");