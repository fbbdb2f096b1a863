import { MAX_EVIDENCE_BYTES, uploadEvidence } from "@/platform/party/commands/evidence";
import { takeUpload } from "@/server/web/upload";

/** Takes one paper of a registration. */
export const POST = (request: Request) => takeUpload(request, uploadEvidence, MAX_EVIDENCE_BYTES);
