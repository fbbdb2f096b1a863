import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as fontkit from "fontkit";
import type { PDFDocument, PDFFont } from "pdf-lib";

/** Regular and bold face of every document: Noto Sans SC (OFL-1.1), embedded as a subset. */
export interface Faces {
  readonly regular: Face;
  readonly bold: Face;
}

export interface Face {
  readonly font: PDFFont;
  /** Width in points. Characters are set one beside the other, without kerning, so that widths add up. */
  width(text: string, size: number): number;
  /** The text as it can be set: what the face does not have becomes `MISSING`. */
  printable(text: string): string;
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

/** What the face cannot show is set as the mark that Chinese printing has for a missing character (〓). */
export const MISSING = "〓";

export async function embedFaces(pdf: PDFDocument, options: { subset?: boolean } = {}): Promise<Faces> {
  pdf.registerFontkit(upstream as unknown as Parameters<PDFDocument["registerFontkit"]>[0]);
  const embed = async (face: keyof typeof FILES): Promise<Face> => {
    // Ligatures would make one character of two, for the eye and for whoever copies the text.
    const features = { liga: false, clig: false, dlig: false };
    return faceOf(await pdf.embedFont(await fontBytes(face), { subset: options.subset ?? true, features }));
  };
  return { regular: await embed("regular"), bold: await embed("bold") };
}

function faceOf(font: PDFFont): Face {
  const known = new Set(font.getCharacterSet());
  const widths = new Map<string, number>();
  const widthOf = (character: string): number => {
    let width = widths.get(character);
    if (width === undefined) {
      width = font.widthOfTextAtSize(known.has(character.codePointAt(0)!) ? character : MISSING, 1);
      widths.set(character, width);
    }
    return width;
  };
  return {
    font,
    width(text, size) {
      let sum = 0;
      for (const character of text) sum += widthOf(character);
      return sum * size;
    },
    printable: (text) =>
      [...text].map((character) => (known.has(character.codePointAt(0)!) ? character : MISSING)).join(""),
  };
}
