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
ALTER TABLE "lots" ADD COLUMN "prequalified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "application_deadline" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "applications_opened_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "application_window_ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "review_started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "results_sent_at" timestamp with time zone;--> statement-breakpoint
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
CREATE UNIQUE INDEX "prequal_signatures_once" ON "prequal_signatures" USING btree ("lot_id","reviewer_id");