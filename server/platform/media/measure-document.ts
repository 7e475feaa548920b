import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, type PDFContext, type PDFObject } from "@cantoo/pdf-lib";
import { getDocumentProxy } from "unpdf";

/** Pages of a document, and the UTF-8 bytes of the text on them. */
export interface MeasuredDocument {
  readonly pages: number;
  /** Undefined where the readers do not agree on the pages. */
  readonly textBytes: number | undefined;
}

const maxPages = 20_000;
/** More than any vendor takes: their text is not read. */
const maxPagesRead = 1_000;
const maxDepth = 64;

const dictOf = (context: PDFContext, object: PDFObject | undefined): PDFDict | undefined => {
  const found = context.lookup(object);
  return found instanceof PDFDict ? found : undefined;
};

/** Leaves of the page tree: a page named twice is two. */
const leavesOf = (context: PDFContext, node: PDFDict, depth: number, leaves: PDFDict[]): readonly PDFDict[] => {
  const kids = context.lookup(node.get(PDFName.of("Kids")));
  if (!(kids instanceof PDFArray)) leaves.push(node);
  else if (depth > maxDepth || leaves.length > maxPages) throw new RangeError("more pages than are counted");
  else {
    for (const kid of kids.asArray()) {
      const child = dictOf(context, kid);
      if (child !== undefined) leavesOf(context, child, depth + 1, leaves);
    }
  }
  return leaves;
};

const isPage = (object: PDFObject): boolean =>
  object instanceof PDFDict && object.get(PDFName.of("Type")) === PDFName.of("Page");

/** Text outside the page's edges is still text to a model that does not look at the page. */
const boundless = [-1e15, -1e15, 1e15, 1e15];

/** The same document with paper that has no edge. */
const withoutEdges = (document: PDFDocument, leaves: readonly PDFDict[]): Promise<Uint8Array> => {
  for (const leaf of leaves) {
    leaf.set(PDFName.of("MediaBox"), document.context.obj(boundless));
    leaf.set(PDFName.of("CropBox"), document.context.obj(boundless));
  }
  return document.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false });
};

/** UTF-8 bytes of the text; undefined where the document has another number of pages. */
const textBytesOf = async (bytes: Uint8Array, pages: number): Promise<number | undefined> => {
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    if (document.numPages !== pages) return undefined;
    let textBytes = 0;
    for (let page = 1; page <= pages; page += 1) {
      const { items } = await (await document.getPage(page)).getTextContent();
      for (const item of items) if ("str" in item) textBytes += Buffer.byteLength(item.str) + 1;
    }
    return textBytes;
  } finally {
    await document.loadingTask.destroy();
  }
};

/** One reader goes through a file, the other by its table of offsets: they may find different objects of one number. */
const mostTextBytes = async (asIs: Uint8Array, found: Uint8Array, pages: number): Promise<number | undefined> => {
  const byTable = await textBytesOf(asIs, pages);
  const byOrder = byTable === undefined ? undefined : await textBytesOf(found, pages);
  return byTable === undefined || byOrder === undefined ? undefined : Math.max(byTable, byOrder);
};

/**
 * Looks into a PDF with two readers; throws for one that either cannot read. Pages are the most that any way of
 * counting finds: the tree's leaves, its own number, the page objects there are.
 */
export const measureDocument = async (bytes: Uint8Array): Promise<MeasuredDocument> => {
  const document = await PDFDocument.load(bytes, {
    ignoreEncryption: true,
    throwOnInvalidObject: true,
    updateMetadata: false,
  });
  const { context } = document;
  const root = dictOf(context, dictOf(context, context.trailerInfo.Root)?.get(PDFName.of("Pages")));
  if (root === undefined || context.trailerInfo.Encrypt !== undefined) throw new TypeError("no page tree to read");
  const count = context.lookup(root.get(PDFName.of("Count")));
  const said = count instanceof PDFNumber ? count.asNumber() : 0;
  const leaves = leavesOf(context, root, 0, []);
  const objects = context.enumerateIndirectObjects().filter(([, object]) => isPage(object)).length;
  const pages = Math.max(leaves.length, said, objects);
  const readable = pages === leaves.length && pages <= maxPagesRead;
  return {
    pages,
    textBytes: readable ? await mostTextBytes(bytes, await withoutEdges(document, leaves), pages) : undefined,
  };
};
