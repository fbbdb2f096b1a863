CREATE TABLE "mandates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"tender_project_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"tenderer_org_id" uuid NOT NULL,
	"agency_org_id" uuid NOT NULL,
	"terms" jsonb NOT NULL,
	"digest" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"tenderer_person_id" uuid,
	"tenderer_signed_at" timestamp with time zone,
	"tenderer_statement" jsonb,
	"agency_person_id" uuid,
	"agency_signed_at" timestamp with time zone,
	"agency_statement" jsonb,
	"superseded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "lint_answers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"key" text NOT NULL,
	"rule" text NOT NULL,
	"place" text NOT NULL,
	"sentence" text NOT NULL,
	"reason" text NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "announced_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "mandates_version" ON "mandates" USING btree ("tender_project_id","version");--> statement-breakpoint
CREATE INDEX "lint_answers_lot" ON "lint_answers" USING btree ("lot_id");