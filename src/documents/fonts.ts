import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as fontkit from "fontkit";
import type { PDFDocument, PDFFont } from "pdf-lib";

/** Regular and bold face of every document: Noto Sans SC (OFL-1.1), embedded as a subset. */
export interface Faces {
  readonly regular: PDFFont;
  readonly bold: PDFFont;
}

const FOLDER = join("node_modules", "@expo-google-fonts", "noto-sans-sc");
const FILES = {
  regular: join("400Regular", "NotoSansSC_400Regular.ttf"),
  bold: join("700Bold", "NotoSansSC_700Bold.ttf"),
} as const;

const loaded = new Map<string, Promise<Buffer>>();

/** Fonts are read once. FONT_DIR names the folder where the package was copied for a release. */
function fontBytes(face: keyof typeof FILES): Promise<Buffer> {
  const path = join(process.env.FONT_DIR ?? join(process.cwd(), FOLDER), FILES[face]);
  let bytes = loaded.get(path);
  if (!bytes) {
    bytes = readFile(path);
    loaded.set(path, bytes);
    // A failed read must not be remembered: the next document tries again.
    bytes.catch(() => loaded.delete(path));
  }
  return bytes;
}

type Subset = { encode(): Uint8Array; encodeStream?: () => Readable };

/**
 * pdf-lib asks for the fontkit of its own fork, whose subsets lose glyphs of short texts. Upstream fontkit keeps them;
 * it only lacks the stream that pdf-lib reads the subset from.
 */
const upstream = {
  create(bytes: Uint8Array) {
    const font = fontkit.create(Buffer.from(bytes)) as unknown as { createSubset(): Subset };
    const createSubset = font.createSubset.bind(font);
    font.createSubset = () => {
      const subset = createSubset();
      subset.encodeStream = () => {
        const stream = new Readable({ read() {} });
        stream.push(Buffer.from(subset.encode()));
        stream.push(null);
        return stream;
      };
      return subset;
    };
    return font;
  },
};

export async function embedFaces(pdf: PDFDocument, options: { subset?: boolean } = {}): Promise<Faces> {
  pdf.registerFontkit(upstream as unknown as Parameters<PDFDocument["registerFontkit"]>[0]);
  const subset = options.subset ?? true;
  const [regular, bold] = await Promise.all([fontBytes("regular"), fontBytes("bold")]);
  return { regular: await pdf.embedFont(regular, { subset }), bold: await pdf.embedFont(bold, { subset }) };
}
