import { posix } from "node:path";
import type { Link, Root } from "mdast";
import { visit } from "unist-util-visit";

const isElsewhere = (url: string): boolean =>
  /^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith("#") || url.startsWith("/");

const pictures = "docs/images/";

const addressOf = (url: string, folder: string, addressOfFile: (file: string) => string | undefined) => {
  const [path = "", anchor] = url.split("#");
  const address = addressOfFile(posix.normalize(posix.join(folder, decodeURIComponent(path))));
  return address === undefined || anchor === undefined ? address : `${address}#${anchor}`;
};

/**
 * Links between files become links between pages. What is no page, such as a source file, is named and not linked: there is
 * nothing to read at its address.
 */
export const remarkRepositoryLinks =
  ({ file, addressOfFile }: { readonly file: string; readonly addressOfFile: (file: string) => string | undefined }) =>
  () =>
  (tree: Root): void => {
    const folder = posix.dirname(file);
    visit(tree, "link", (node: Link, index, parent) => {
      if (isElsewhere(node.url) || parent === undefined || index === undefined) return undefined;
      const address = addressOf(node.url, folder, addressOfFile);
      if (address === undefined) {
        parent.children.splice(index, 1, ...node.children);
        return index;
      }
      node.url = address;
      return undefined;
    });
    visit(tree, "image", (node) => {
      const picture = posix.normalize(posix.join(folder, node.url));
      if (!isElsewhere(node.url) && picture.startsWith(pictures))
        node.url = `/docs/images/${picture.slice(pictures.length)}`;
    });
  };
