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
DROP INDEX "fee_orders_open";--> statement-breakpoint
ALTER TABLE "fee_orders" ADD COLUMN "kind" text DEFAULT 'document' NOT NULL;--> statement-breakpoint
ALTER TABLE "fee_orders" ADD COLUMN "claim_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "fee_claims_open" ON "fee_claims" USING btree ("lot_id","kind") WHERE cancelled_at is null and returns_of is null;--> statement-breakpoint
CREATE UNIQUE INDEX "fee_claims_return" ON "fee_claims" USING btree ("returns_of");--> statement-breakpoint
CREATE INDEX "fee_claims_payer" ON "fee_claims" USING btree ("payer_org_id");--> statement-breakpoint
CREATE INDEX "fee_claims_owner" ON "fee_claims" USING btree ("owner_org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_payouts_number" ON "fee_payouts" USING btree ("site_id","number");--> statement-breakpoint
CREATE INDEX "fee_payouts_lot" ON "fee_payouts" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_orders_claim" ON "fee_orders" USING btree ("claim_id") WHERE state in ('created', 'paying', 'paid', 'delivered');--> statement-breakpoint
CREATE UNIQUE INDEX "fee_orders_open" ON "fee_orders" USING btree ("lot_id","org_id") WHERE state in ('created', 'paying', 'paid', 'delivered') and claim_id is null;