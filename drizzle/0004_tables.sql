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
CREATE TABLE "point_alarms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"point" text NOT NULL,
	"colour" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "service_beats" ADD COLUMN "legal_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "service_incidents" ADD COLUMN "started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "consortium" jsonb;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "device" jsonb;--> statement-breakpoint
CREATE INDEX "integrity_proofs_at" ON "integrity_proofs" USING btree ("site_id","at");--> statement-breakpoint
CREATE INDEX "service_alarms_part" ON "service_alarms" USING btree ("site_id","part","at");--> statement-breakpoint
CREATE UNIQUE INDEX "bid_revocations_bid" ON "bid_revocations" USING btree ("bid_id");--> statement-breakpoint
CREATE INDEX "bid_revocations_lot" ON "bid_revocations" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "hall_chairs_lot" ON "hall_chairs" USING btree ("lot_id","seq");--> statement-breakpoint
CREATE INDEX "lot_outages_lot" ON "lot_outages" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "point_alarms_once" ON "point_alarms" USING btree ("lot_id","point","colour");