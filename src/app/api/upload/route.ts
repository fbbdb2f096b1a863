import { uploadFile } from "@/platform/file/commands";
import { MAX_UPLOAD_BYTES } from "@/platform/file/schema";
import { takeUpload } from "@/server/web/upload";

/** Takes one file in clear, as the body; its name and the key of the act stand in the address. */
export const POST = (request: Request) => takeUpload(request, uploadFile, MAX_UPLOAD_BYTES);
