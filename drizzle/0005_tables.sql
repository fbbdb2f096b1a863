CREATE TABLE "past_awards" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"price_fen" bigint NOT NULL,
	"ground" text NOT NULL,
	"decision" jsonb NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"reason" text NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "competition_signatures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"statement_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "competition_statements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"number" integer NOT NULL,
	"valid_bids" integer NOT NULL,
	"is_lacking" boolean NOT NULL,
	"text" text NOT NULL,
	"drafted_by" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "past_evaluations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"case_file" jsonb,
	"result" jsonb,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"ground" jsonb NOT NULL,
	"outcome" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hall_measures" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"round" integer DEFAULT 1 NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"evidence" text NOT NULL,
	"old_end" timestamp with time zone NOT NULL,
	"new_end" timestamp with time zone NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instruction_receipts" (
	"instruction_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "candidates_rank";--> statement-breakpoint
ALTER TABLE "candidates" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "competition_signatures_unique" ON "competition_signatures" USING btree ("statement_id","member_id");--> statement-breakpoint
CREATE INDEX "competition_signatures_lot" ON "competition_signatures" USING btree ("lot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "competition_statements_number" ON "competition_statements" USING btree ("lot_id","version","number");--> statement-breakpoint
CREATE UNIQUE INDEX "past_evaluations_version" ON "past_evaluations" USING btree ("lot_id","version");--> statement-breakpoint
CREATE INDEX "hall_measures_lot" ON "hall_measures" USING btree ("lot_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "candidates_rank" ON "candidates" USING btree ("lot_id","version","rank");