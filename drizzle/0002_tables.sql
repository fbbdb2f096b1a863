ALTER TABLE "notice_words" ADD COLUMN "of_site" uuid;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "published_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "deadline" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "number" text;--> statement-breakpoint
ALTER TABLE "notice_words" ADD COLUMN "kind" text;--> statement-breakpoint
CREATE INDEX "lots_deadline" ON "lots" USING btree ("site_id","bid_deadline");--> statement-breakpoint
CREATE INDEX "notice_words_newest" ON "notice_words" USING btree ("of_site","published_at","number");--> statement-breakpoint
CREATE INDEX "notice_words_deadline" ON "notice_words" USING btree ("of_site","deadline","number");--> statement-breakpoint
CREATE INDEX "notice_words_regions" ON "notice_words" USING btree ("of_site","region_code");