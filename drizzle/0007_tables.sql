ALTER TABLE "fee_payouts" ADD COLUMN "claim_id" uuid;--> statement-breakpoint
ALTER TABLE "committee_requests" ADD COLUMN "failed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "prequal_draw_requests" ADD COLUMN "failed_at" timestamp with time zone;