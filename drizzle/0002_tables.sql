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
ALTER TABLE "uploads" ADD COLUMN "purpose" text DEFAULT 'bid' NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "statement" jsonb;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "kept_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "fee_tasks_number" ON "fee_tasks" USING btree ("site_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "fee_tasks_open" ON "fee_tasks" USING btree ("site_id","kind","reference","subject_id") WHERE closed_at is null;