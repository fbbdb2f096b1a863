ALTER TABLE "operator_relations" DROP CONSTRAINT "operator_relations_creditCode_unique";--> statement-breakpoint
ALTER TABLE "operator_relations" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "operator_relations" ADD COLUMN "ended_by" uuid;--> statement-breakpoint
ALTER TABLE "operator_relations" ADD COLUMN "end_reason" text;--> statement-breakpoint
ALTER TABLE "objection_answers" ADD COLUMN "objected" jsonb;--> statement-breakpoint
ALTER TABLE "plan_approvals" ADD COLUMN "file_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "operator_relations_open" ON "operator_relations" USING btree ("credit_code") WHERE ended_at is null;