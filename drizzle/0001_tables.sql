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
ALTER TABLE "letters" ADD COLUMN "mailed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "price_list" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "disclosure" jsonb DEFAULT '{}'::jsonb NOT NULL;