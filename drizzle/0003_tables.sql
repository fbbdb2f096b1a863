CREATE TABLE "bid_damage" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"unit" integer NOT NULL,
	"found_at" timestamp with time zone NOT NULL,
	"repaired_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "notice_postings" (
	"gram" text NOT NULL,
	"block" integer NOT NULL,
	"bits" bit(16384) NOT NULL,
	CONSTRAINT "notice_postings_gram_block_pk" PRIMARY KEY("gram","block")
);
--> statement-breakpoint
CREATE TABLE "instructions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid,
	"type" text NOT NULL,
	"no" text NOT NULL,
	"authority" text NOT NULL,
	"ground" text NOT NULL,
	"text" text NOT NULL,
	"nonce" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"hash" text NOT NULL,
	"statement" jsonb NOT NULL,
	"ack" jsonb NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "operator_relations" DROP CONSTRAINT "operator_relations_creditCode_unique";--> statement-breakpoint
DROP INDEX "notice_words_grams";--> statement-breakpoint
ALTER TABLE "operator_relations" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "operator_relations" ADD COLUMN "ended_by" uuid;--> statement-breakpoint
ALTER TABLE "operator_relations" ADD COLUMN "end_reason" text;--> statement-breakpoint
ALTER TABLE "lots" ADD COLUMN "scrubbed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "place" bigint;--> statement-breakpoint
ALTER TABLE "objection_answers" ADD COLUMN "objected" jsonb;--> statement-breakpoint
ALTER TABLE "plan_approvals" ADD COLUMN "file_id" uuid;--> statement-breakpoint
CREATE INDEX "bid_damage_bid" ON "bid_damage" USING btree ("bid_id");--> statement-breakpoint
CREATE UNIQUE INDEX "instructions_number" ON "instructions" USING btree ("site_id","authority","no") WHERE state = 'executed';--> statement-breakpoint
CREATE INDEX "instructions_lot" ON "instructions" USING btree ("lot_id","received_at");--> statement-breakpoint
CREATE INDEX "instructions_state" ON "instructions" USING btree ("site_id","state","received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "operator_relations_open" ON "operator_relations" USING btree ("credit_code") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "notice_words_place" ON "notice_words" USING btree ("place");--> statement-breakpoint
CREATE INDEX "notice_words_unplaced" ON "notice_words" USING btree ("of_site","published_at","number") WHERE "notice_words"."place" is null;--> statement-breakpoint
ALTER TABLE "notice_words" DROP COLUMN "grams";