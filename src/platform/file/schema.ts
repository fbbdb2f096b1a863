import { type Refusal, refuse } from "@/core/refusal";

/** What may be uploaded in clear, by its first bytes and its ending alike. */
const TYPES = [
  {
    mediaType: "application/pdf",
    endings: [".pdf"],
    magic: [0x25, 0x50, 0x44, 0x46, 0x2d],
    maxBytes: 50 * 1024 * 1024,
  },
  { mediaType: "image/png", endings: [".png"], magic: [0x89, 0x50, 0x4e, 0x47], maxBytes: 10 * 1024 * 1024 },
  { mediaType: "image/jpeg", endings: [".jpg", ".jpeg"], magic: [0xff, 0xd8, 0xff], maxBytes: 10 * 1024 * 1024 },
] as const;

export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
export const ACCEPTED_ENDINGS = TYPES.flatMap(({ endings }) => endings).join("、");

/**
 * Signs that a PDF wants to do something when it is opened. Long names alone: a script's action always has `/JavaScript`
 * (ISO 32000 12.6.4.17), and three bytes such as `/JS` stand by chance in the compressed streams of every large file.
 */
const ACTIVE = /\/(?:JavaScript|Launch|EmbeddedFile|OpenAction)\b/;

/** The test string of antivirus programs: whoever sends it wants to see whether uploads are looked at. */
const HARMFUL = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE";

/**
 * May this file be kept? Decided by name, first bytes and size; nothing is kept when it may not.
 *
 * @returns its media type, or the refusal that names file, rule and next step.
 */
export function judgeUpload(name: string, bytes: Uint8Array): { mediaType: string } | { refusal: Refusal } {
  const shown = name.slice(0, 100);
  if (
    /[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/.test(name) ||
    name.trim() === "" ||
    new TextEncoder().encode(name).length > 200
  ) {
    return { refusal: refuse("invalid", "file.bad_name", { name: shown }) };
  }
  const ending = TYPES.find(({ endings }) => endings.some((end) => name.toLowerCase().endsWith(end)));
  const type = TYPES.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte));
  if (!ending || ending !== type)
    return { refusal: refuse("invalid", "file.wrong_type", { name: shown, accepted: ACCEPTED_ENDINGS }) };
  if (bytes.length > type.maxBytes) {
    return {
      refusal: refuse("invalid", "file.too_large", {
        name: shown,
        limitMb: type.maxBytes / 1024 / 1024,
        sizeMb: Math.ceil(bytes.length / 1024 / 1024),
      }),
    };
  }
  if (new TextDecoder("latin1").decode(bytes).includes(HARMFUL))
    return { refusal: refuse("invalid", "file.harmful", { name: shown }) };
  if (type.mediaType === "application/pdf" && ACTIVE.test(new TextDecoder("latin1").decode(bytes))) {
    return { refusal: refuse("invalid", "file.active_pdf", { name: shown }) };
  }
  return { mediaType: type.mediaType };
}
