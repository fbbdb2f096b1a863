CREATE TABLE "deposit_rates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"valid_from" text NOT NULL,
	"millionths" integer NOT NULL,
	"source" text NOT NULL,
	"entered_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fee_claims" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"returns_of" uuid,
	"payer_org_id" uuid NOT NULL,
	"owner_org_id" uuid NOT NULL,
	"payee_name" text DEFAULT '' NOT NULL,
	"payee_account" text DEFAULT '' NOT NULL,
	"amount_fen" bigint NOT NULL,
	"steps" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"cancel_reason" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fee_payouts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"org_id" uuid,
	"person_id" uuid,
	"number" text NOT NULL,
	"payee_name" text NOT NULL,
	"payee_account" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"parts" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'due' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"done_at" timestamp with time zone,
	"statement" jsonb
);
--> statement-breakpoint
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
CREATE TABLE "expert_accounts" (
	"fee_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"bank" text NOT NULL,
	"account" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "expert_fees" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"kind" text NOT NULL,
	"travel" text NOT NULL,
	"gross_fen" bigint NOT NULL,
	"tax_fen" bigint NOT NULL,
	"net_fen" bigint NOT NULL,
	"steps" jsonb NOT NULL,
	"payer_org_id" uuid NOT NULL,
	"host_org_id" uuid NOT NULL,
	"prepared_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"claim_id" uuid,
	"payout_id" uuid
);
--> statement-breakpoint
CREATE TABLE "expert_schedules" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"valid_from" text NOT NULL,
	"source" text NOT NULL,
	"rates" jsonb NOT NULL,
	"entered_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prequal_draw_requests" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"speciality" text NOT NULL,
	"expert_count" integer NOT NULL,
	"standby_count" integer NOT NULL,
	"avoidance" jsonb NOT NULL,
	"review_at" timestamp with time zone NOT NULL,
	"host_nonce" text NOT NULL,
	"requested_by" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"drawn_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "prequal_draws" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"platform_nonce" text NOT NULL,
	"record" jsonb,
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
DROP INDEX "fee_orders_open";--> statement-breakpoint
ALTER TABLE "fee_orders" ADD COLUMN "kind" text DEFAULT 'document' NOT NULL;--> statement-breakpoint
ALTER TABLE "fee_orders" ADD COLUMN "claim_id" uuid;--> statement-breakpoint
ALTER TABLE "certificates" ADD COLUMN "seal" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "authority" jsonb;--> statement-breakpoint
ALTER TABLE "bid_openings" ADD COLUMN "declaration" jsonb;--> statement-breakpoint
ALTER TABLE "prequal_reviewers" ADD COLUMN "place" integer;--> statement-breakpoint
ALTER TABLE "prequal_reviewers" ADD COLUMN "standby" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tender_projects" ADD COLUMN "provisional_lot_id" uuid;--> statement-breakpoint
ALTER TABLE "tender_projects" ADD COLUMN "provisional_code" text;--> statement-breakpoint
CREATE UNIQUE INDEX "deposit_rates_from" ON "deposit_rates" USING btree ("site_id","valid_from");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_claims_open" ON "fee_claims" USING btree ("lot_id","kind") WHERE cancelled_at is null and kind = 'service';--> statement-breakpoint
CREATE UNIQUE INDEX "fee_claims_return" ON "fee_claims" USING btree ("returns_of");--> statement-breakpoint
CREATE INDEX "fee_claims_payer" ON "fee_claims" USING btree ("payer_org_id");--> statement-breakpoint
CREATE INDEX "fee_claims_owner" ON "fee_claims" USING btree ("owner_org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_payouts_number" ON "fee_payouts" USING btree ("site_id","number");--> statement-breakpoint
CREATE INDEX "fee_payouts_lot" ON "fee_payouts" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "bid_circumstances_lot" ON "bid_circumstances" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "expert_fees_once" ON "expert_fees" USING btree ("member_id","version");--> statement-breakpoint
CREATE INDEX "expert_fees_lot" ON "expert_fees" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "expert_schedules_from" ON "expert_schedules" USING btree ("site_id","valid_from");--> statement-breakpoint
CREATE INDEX "lead_authorisations_org" ON "lead_authorisations" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "waiting_seals_org" ON "waiting_seals" USING btree ("org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_orders_claim" ON "fee_orders" USING btree ("claim_id") WHERE state in ('created', 'paying', 'paid', 'delivered');--> statement-breakpoint
CREATE UNIQUE INDEX "fee_orders_open" ON "fee_orders" USING btree ("lot_id","org_id") WHERE state in ('created', 'paying', 'paid', 'delivered') and claim_id is null;