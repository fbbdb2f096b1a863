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
CREATE UNIQUE INDEX "validity_replies_once" ON "validity_replies" USING btree ("extension_id","org_id");