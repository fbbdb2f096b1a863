ALTER TABLE "uploads" ADD COLUMN "purpose" text DEFAULT 'bid' NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "statement" jsonb;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "kept_at" timestamp with time zone;