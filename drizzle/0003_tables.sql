CREATE TABLE "notice_postings" (
	"gram" text NOT NULL,
	"block" integer NOT NULL,
	"bits" bit(16384) NOT NULL,
	CONSTRAINT "notice_postings_gram_block_pk" PRIMARY KEY("gram","block")
);
--> statement-breakpoint
DROP INDEX "notice_words_grams";--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "place" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "notice_words_place" ON "notice_words" USING btree ("place");--> statement-breakpoint
CREATE INDEX "notice_words_unplaced" ON "notice_words" USING btree ("of_site","published_at","number") WHERE "notice_words"."place" is null;--> statement-breakpoint
ALTER TABLE "notice_words" DROP COLUMN "grams";