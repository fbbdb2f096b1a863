CREATE TABLE "bank_days" (
	"site_id" uuid NOT NULL,
	"day" text NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"agrees" boolean NOT NULL,
	"statement" jsonb NOT NULL,
	CONSTRAINT "bank_days_site_id_day_pk" PRIMARY KEY("site_id","day")
);
--> statement-breakpoint
CREATE TABLE "fee_tasks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"number" text NOT NULL,
	"kind" text NOT NULL,
	"reference" text DEFAULT '' NOT NULL,
	"subject_id" uuid,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" uuid,
	"note" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "base_estimates" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"sealed" jsonb NOT NULL,
	"statement" jsonb NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL,
	"amount_fen" bigint,
	"nonce" text,
	"unreadable" text,
	"announcement" jsonb,
	"read_out_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "plan_approvals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"tender_project_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"authority" text NOT NULL,
	"document_name" text NOT NULL,
	"document_number" text NOT NULL,
	"decided_on" text NOT NULL,
	"scope" text NOT NULL,
	"tender_mode" text NOT NULL,
	"org_form" text NOT NULL,
	"ground" text DEFAULT '' NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "organisations" ADD COLUMN "code_type" text DEFAULT '1' NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "purpose" text DEFAULT 'bid' NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "statement" jsonb;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "kept_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "of_site" uuid;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "published_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "deadline" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "number" text;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "kind" text;--> statement-breakpoint
CREATE UNIQUE INDEX "fee_tasks_number" ON "fee_tasks" USING btree ("site_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_tasks_open" ON "fee_tasks" USING btree ("site_id","kind","reference","subject_id") WHERE closed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "plan_approvals_number" ON "plan_approvals" USING btree ("tender_project_id","number");--> statement-breakpoint
CREATE INDEX "lots_deadline" ON "lots" USING btree ("site_id","bid_deadline");--> statement-breakpoint
CREATE INDEX "notice_words_newest" ON "notice_words" USING btree ("of_site","published_at","number");--> statement-breakpoint
CREATE INDEX "notice_words_deadline" ON "notice_words" USING btree ("of_site","deadline","number");--> statement-breakpoint
CREATE INDEX "notice_words_regions" ON "notice_words" USING btree ("of_site","region_code");--> statement-breakpoint
UPDATE "organisations" o SET "code_type" = v."data"->>'codeType' FROM "registration_versions" v WHERE v."org_id" = o."id" AND v."version" = o."version" AND v."data"->>'codeType' IN ('2', '3');
