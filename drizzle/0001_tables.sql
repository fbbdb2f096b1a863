CREATE TABLE "lint_answers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"site_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"key" text NOT NULL,
	"rule" text NOT NULL,
	"place" text NOT NULL,
	"sentence" text NOT NULL,
	"reason" text NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "lint_answers_lot" ON "lint_answers" USING btree ("lot_id");