import type { Html, Root, RootContent } from "mdast";
import { visit } from "unist-util-visit";

/** The page shows its title itself. */
export const remarkWithoutTitle =
  () =>
  (tree: Root): void => {
    const at = tree.children.findIndex((node) => node.type === "heading" && node.depth === 1);
    if (at >= 0) tree.children.splice(at, 1);
  };

const anchor = /^<a id="([a-z0-9-]+)">$/;

/** Named places in tables, `<a id="name"></a>`; all other HTML is left out. */
export const remarkAnchors =
  () =>
  (tree: Root): void => {
    visit(tree, "html", (node: Html, index, parent) => {
      if (parent === undefined || index === undefined) return;
      const [, id] = anchor.exec(node.value) ?? [];
      if (id === undefined) return;
      const place: RootContent = { type: "emphasis", children: [], data: { hName: "span", hProperties: { id } } };
      parent.children.splice(index, 1, place);
    });
  };

/** A block of Mermaid is a picture. */
export const remarkDiagrams =
  () =>
  (tree: Root): void => {
    visit(tree, "code", (node, index, parent) => {
      if (node.lang !== "mermaid" || parent === undefined || index === undefined) return;
      const picture: RootContent = {
        type: "paragraph",
        children: [],
        data: { hName: "mermaid-diagram", hProperties: { source: node.value } },
      };
      parent.children.splice(index, 1, picture);
    });
  };
