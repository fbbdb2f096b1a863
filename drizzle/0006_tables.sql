CREATE TABLE "bid_circumstances" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"occurred_on" text NOT NULL,
	"text" text NOT NULL,
	"document_name" text NOT NULL,
	"document_hash" text NOT NULL,
	"file_id" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lead_authorisations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"person_name" text NOT NULL,
	"chief_person_id" uuid NOT NULL,
	"chief_name" text NOT NULL,
	"tender_project_id" uuid,
	"scope" text NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"statement" jsonb NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"revocation" jsonb
);
--> statement-breakpoint
CREATE TABLE "waiting_seals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"act" text NOT NULL,
	"title" text NOT NULL,
	"digest" text NOT NULL,
	"body" jsonb NOT NULL,
	"person_id" uuid NOT NULL,
	"person_name" text NOT NULL,
	"statement" jsonb NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "certificates" ADD COLUMN "seal" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "authority" jsonb;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "declaration" jsonb;--> statement-breakpoint
ALTER TABLE "tender_projects" ADD COLUMN "provisional_lot_id" uuid;--> statement-breakpoint
ALTER TABLE "tender_projects" ADD COLUMN "provisional_code" text;--> statement-breakpoint
CREATE INDEX "bid_circumstances_lot" ON "bid_circumstances" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "lead_authorisations_org" ON "lead_authorisations" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "waiting_seals_org" ON "waiting_seals" USING btree ("org_id");