import { sentenceOf } from "@/i18n/refusals";
import { MAX_UPLOAD_BYTES } from "../schema";

export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const MEBIBYTE = 1024 * 1024;
const sizesOf = ({ name, size }: File) => ({
  name: name.slice(0, 100),
  limitMb: MAX_UPLOAD_BYTES / MEBIBYTE,
  sizeMb: Math.ceil(size / MEBIBYTE),
});

/** Sends one file in clear and tells how far it is. @throws Error with the server's sentence. */
export function upload(
  file: File,
  key: string,
  progress: (share: number) => void,
  to = "/api/upload",
): Promise<UploadedFile> {
  return new Promise((done, fail) => {
    // Not sent at all: a server that refuses in the middle of a body is heard by few browsers.
    if (file.size > MAX_UPLOAD_BYTES)
      return fail(new Error(sentenceOf({ code: "file.too_large", facts: sizesOf(file) })));
    const request = new XMLHttpRequest();
    request.open("POST", `${to}?name=${encodeURIComponent(file.name)}&key=${key}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onerror = () => fail(new Error(`上传“${file.name}”时连接中断，请重试。`));
    request.onload = () => {
      const answer = request.response as {
        fileId?: string;
        name?: string;
        sizeBytes?: number;
        sha256?: string;
        error?: { sentence?: string };
      } | null;
      if (request.status !== 200 || !answer?.fileId)
        return fail(new Error(answer?.error?.sentence ?? `“${file.name}”没有上传成功，请重试。`));
      done({
        id: answer.fileId,
        name: answer.name ?? file.name,
        sizeBytes: answer.sizeBytes ?? file.size,
        sha256: answer.sha256 ?? "",
      });
    };
    request.send(file);
  });
}
