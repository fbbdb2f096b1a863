CREATE TABLE "file_texts" (
	"file_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"pages" integer NOT NULL,
	"wordless" jsonb NOT NULL,
	"findings" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "integrity_proofs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"faults" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_alarms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"part" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_contracts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"terms" jsonb NOT NULL,
	"digest" text NOT NULL,
	"statement" jsonb NOT NULL,
	"operator_statement" jsonb NOT NULL,
	"signed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lot_invitees" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"added_by" uuid NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	"invited_at" timestamp with time zone,
	"reply_by" timestamp with time zone,
	"reply" text,
	"reason" text,
	"statement" jsonb,
	"replied_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "bid_revocations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hall_chairs" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lot_outages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"span" text NOT NULL,
	"silences" jsonb NOT NULL,
	"seconds" integer NOT NULL,
	"old_end" timestamp with time zone NOT NULL,
	"new_end" timestamp with time zone NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "second_opening_records" (
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
CREATE TABLE "point_alarms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"point" text NOT NULL,
	"colour" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "notice_words_deadline";--> statement-breakpoint
DROP INDEX "hall_sign_ins_unique";--> statement-breakpoint
ALTER TABLE "service_beats" ADD COLUMN "legal_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "service_incidents" ADD COLUMN "started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "second_opening_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "second_opened_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "restricted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "restricted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "round" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "consortium" jsonb;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "device" jsonb;--> statement-breakpoint
ALTER TABLE "hall_sign_ins" ADD COLUMN "round" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "opening_remarks" ADD COLUMN "round" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "integrity_proofs_at" ON "integrity_proofs" USING btree ("site_id","at");--> statement-breakpoint
CREATE INDEX "service_alarms_part" ON "service_alarms" USING btree ("site_id","part","at");--> statement-breakpoint
CREATE INDEX "service_contracts_org" ON "service_contracts" USING btree ("site_id","org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "lot_invitees_once" ON "lot_invitees" USING btree ("lot_id","org_id");--> statement-breakpoint
CREATE INDEX "lot_invitees_org" ON "lot_invitees" USING btree ("org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bid_revocations_bid" ON "bid_revocations" USING btree ("bid_id");--> statement-breakpoint
CREATE INDEX "bid_revocations_lot" ON "bid_revocations" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "hall_chairs_lot" ON "hall_chairs" USING btree ("lot_id","seq");--> statement-breakpoint
CREATE INDEX "lot_outages_lot" ON "lot_outages" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "point_alarms_once" ON "point_alarms" USING btree ("lot_id","point","colour");--> statement-breakpoint
CREATE INDEX "tender_documents_files" ON "tender_documents" USING gin ("file_ids");--> statement-breakpoint
CREATE INDEX "notice_words_deadline" ON "notice_words" USING btree ("of_site","deadline","number","place");--> statement-breakpoint
CREATE UNIQUE INDEX "hall_sign_ins_unique" ON "hall_sign_ins" USING btree ("lot_id","org_id","round");