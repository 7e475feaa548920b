import type { ElementContent, Properties, Root as HastRoot } from "hast";
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

const tabParts: Readonly<Record<string, string>> = {
  CodeBlockTabs: "language-tabs",
  CodeBlockTabsList: "language-tabs-list",
  CodeBlockTabsTrigger: "language-tab",
  CodeBlockTab: "language-panel",
};

/** An element of MDX among those of HTML, as the pipeline hands it on. */
interface TabElement {
  readonly type: "mdxJsxFlowElement";
  readonly name: string;
  readonly attributes: readonly { readonly name?: string; readonly value?: unknown }[];
  readonly children: ElementContent[];
}

const isTabElement = (node: object): node is TabElement =>
  "type" in node && node.type === "mdxJsxFlowElement" && "name" in node && String(node.name) in tabParts;

const propertiesOf = ({ attributes }: TabElement): Properties =>
  Object.fromEntries(
    attributes.flatMap(({ name, value }) => (name !== undefined && typeof value === "string" ? [[name, value]] : [])),
  );

/** Tabs come as elements of MDX, which only code that evaluates scripts can show; these have none. */
export const rehypeTabs =
  () =>
  (tree: HastRoot): void => {
    visit(tree, (node, index, parent) => {
      if (!isTabElement(node) || parent === undefined || index === undefined) return undefined;
      const tagName = tabParts[node.name] ?? "div";
      parent.children.splice(index, 1, {
        type: "element",
        tagName,
        properties: propertiesOf(node),
        children: node.children,
      });
      return index;
    });
  };
