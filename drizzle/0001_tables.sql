CREATE TABLE "fee_entries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"posting" uuid NOT NULL,
	"account" text NOT NULL,
	"payee_org_id" uuid NOT NULL,
	"amount_fen" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fee_invoices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"tax_number" text NOT NULL,
	"seller_name" text NOT NULL,
	"seller_code" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "fee_invoices_orderId_unique" UNIQUE("order_id")
);
--> statement-breakpoint
CREATE TABLE "fee_orders" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"order_no" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"payee_org_id" uuid NOT NULL,
	"payee_name" text NOT NULL,
	"payee_account" text NOT NULL,
	"invoice_title" text NOT NULL,
	"invoice_tax_number" text NOT NULL,
	"state" text DEFAULT 'created' NOT NULL,
	"pay_url" text NOT NULL,
	"pay_until" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"said_open_at" timestamp with time zone,
	"asked" integer DEFAULT 0 NOT NULL,
	"next_ask_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"transaction" text,
	"paid_fen" bigint,
	"paid_at" timestamp with time zone,
	"delivered_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "fee_payments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"transaction" text NOT NULL,
	"paid_fen" bigint NOT NULL,
	"paid_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"verdict" text NOT NULL,
	"statement" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fee_refunds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"refund_no" text NOT NULL,
	"reason" text NOT NULL,
	"principal_fen" bigint NOT NULL,
	"interest_fen" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'due' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"done_at" timestamp with time zone,
	"statement" jsonb
);
--> statement-breakpoint
CREATE TABLE "inbox_preferences" (
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"copies" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"quiet" boolean DEFAULT false NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "inbox_preferences_site_id_org_id_pk" PRIMARY KEY("site_id","org_id")
);
--> statement-breakpoint
CREATE TABLE "site_proposals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"target_site_id" uuid,
	"values" jsonb NOT NULL,
	"csr" text,
	"certificate" text,
	"proposed_by" uuid NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"verdict" text,
	"reason" text,
	"decided_by" uuid,
	"decided_by_name" text,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
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
CREATE TABLE "document_downloads" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"from_byte" bigint NOT NULL,
	"address" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "letters" ADD COLUMN "mailed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "price_list" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "disclosure" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "bank_url" text;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "bank_certificate" text;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "announced_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "fee_entries_posting" ON "fee_entries" USING btree ("posting");--> statement-breakpoint
CREATE INDEX "fee_entries_order" ON "fee_entries" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_invoices_number" ON "fee_invoices" USING btree ("site_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_orders_number" ON "fee_orders" USING btree ("site_id","order_no");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_orders_open" ON "fee_orders" USING btree ("lot_id","org_id") WHERE state in ('created', 'paying', 'paid', 'delivered');--> statement-breakpoint
CREATE INDEX "fee_orders_state" ON "fee_orders" USING btree ("site_id","state");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_payments_counted" ON "fee_payments" USING btree ("order_id") WHERE verdict = 'counted';--> statement-breakpoint
CREATE UNIQUE INDEX "fee_payments_word" ON "fee_payments" USING btree ("order_id","transaction","paid_fen");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_refunds_number" ON "fee_refunds" USING btree ("site_id","refund_no");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_refunds_reason" ON "fee_refunds" USING btree ("order_id","reason");--> statement-breakpoint
CREATE UNIQUE INDEX "mandates_version" ON "mandates" USING btree ("tender_project_id","version");--> statement-breakpoint
CREATE INDEX "lint_answers_lot" ON "lint_answers" USING btree ("lot_id");--> statement-breakpoint
CREATE INDEX "document_downloads_org" ON "document_downloads" USING btree ("lot_id","org_id");