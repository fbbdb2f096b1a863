CREATE TABLE "prequal_draw_requests" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"speciality" text NOT NULL,
	"expert_count" integer NOT NULL,
	"standby_count" integer NOT NULL,
	"avoidance" jsonb NOT NULL,
	"review_at" timestamp with time zone NOT NULL,
	"host_nonce" text NOT NULL,
	"requested_by" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"drawn_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "prequal_draws" (
	"lot_id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"platform_nonce" text NOT NULL,
	"record" jsonb,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "prequal_reviewers" ADD COLUMN "place" integer;--> statement-breakpoint
ALTER TABLE "prequal_reviewers" ADD COLUMN "standby" boolean DEFAULT false NOT NULL;