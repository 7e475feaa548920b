import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loader, type MetaData, type PageData, type StaticSource, type VirtualFile } from "fumadocs-core/source";
import { markdownAddress } from "./markdown-address.ts";
import { readApiDocument, readPage, referenceFile, referenceSlug } from "./read-page.ts";
import { operationsWithPages, slugOfOperation } from "./reference-markdown.ts";
import { tableOfContents, type ContentsEntry, type ContentsSection } from "./table-of-contents.ts";
import { readHeading } from "./read-heading.ts";

const apiDocuments = [
  ["API reference", "openapi"],
  ["Reference of Topolo Auth", "auth-openapi"],
] as const;

const tagsOf = (document: string): readonly string[] => (readApiDocument(document).tags ?? []).map(({ name }) => name);

const referenceOf = (title: string, document: string): ContentsSection => ({
  title,
  pages: tagsOf(document).map((tag) => ({ file: referenceFile(document, tag), slug: referenceSlug(document, tag) })),
});

/** Pages of single operations, which their tags' pages lead to. */
const operationPages = (): readonly ContentsEntry[] =>
  apiDocuments.flatMap(([, document]) =>
    tagsOf(document).flatMap((tag) =>
      operationsWithPages(readApiDocument(document), tag).map((operationId) => ({
        file: referenceFile(document, tag, operationId),
        slug: `${referenceSlug(document, tag)}/${slugOfOperation(operationId)}`,
      })),
    ),
  );

const sections = (): readonly ContentsSection[] => [
  ...tableOfContents,
  ...apiDocuments.map(([title, document]) => referenceOf(title, document)),
];

const decisionsFolder = "docs/decisions";

const decisions = (): readonly ContentsEntry[] =>
  readdirSync(join(/* turbopackIgnore: true */ process.cwd(), decisionsFolder))
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map((name) => ({ file: `${decisionsFolder}/${name}`, slug: `decisions/${name.slice(0, -".md".length)}` }));

interface FileOfPage extends PageData {
  /** The page's own title; `title` is the sidebar's. */
  readonly heading: string;
  readonly file: string;
}

interface Kinds {
  readonly pageData: FileOfPage;
  readonly metaData: MetaData;
}

const pageOf = ({ file, slug, label }: ContentsEntry, folder: string, place: number): VirtualFile<Kinds> => {
  const { title, description } = readHeading(readPage(file));
  return {
    type: "page",
    path: `${folder}/${place}.md`,
    slugs: slug === "" ? [] : slug.split("/"),
    data: { title: label ?? title, heading: title, description, file },
  };
};

const orderOf = (folder: string, data: MetaData): VirtualFile<Kinds> => ({
  type: "meta",
  path: `${folder}meta.json`,
  data,
});

const load = () => {
  const listed = sections();
  const source: StaticSource<Kinds> = {
    files: [
      ...listed.flatMap(({ title, pages }, section) => [
        ...pages.map((entry, place) => pageOf(entry, `section-${section}`, place)),
        orderOf(`section-${section}/`, { title, pages: pages.map((_, place) => String(place)) }),
      ]),
      ...decisions().map((entry, place) => pageOf(entry, "decisions", place)),
      ...operationPages().map((entry, place) => pageOf(entry, "operations", place)),
      orderOf("", { pages: listed.map((_, section) => `section-${section}`) }),
    ],
  };
  return loader({ baseUrl: "/docs", source });
};

type Documentation = ReturnType<typeof load>;
export type DocumentationPage = Documentation["$inferPage"];

let loaded: Documentation | undefined;

/** All pages and their order; read once, and at every request while somebody writes them. */
export const documentation = (): Documentation => {
  if (loaded === undefined || process.env.NODE_ENV === "development") loaded = load();
  return loaded;
};

/** The address where a file of the repository is read; undefined for one that is no page. */
export const addressOfFile = (file: string): string | undefined =>
  documentation()
    .getPages()
    .find(({ data }) => data.file === file)?.url;

/** The file that is read at an address; undefined where no page is. */
export const fileOfAddress = (address: string): string | undefined =>
  documentation()
    .getPages()
    .find(({ url }) => url === address)?.data.file;

/** Where a file of the repository is read as Markdown; undefined for one that is no page. */
export const markdownAddressOfFile = (file: string | undefined): string | undefined => {
  const page = documentation()
    .getPages()
    .find(({ data }) => data.file === file);
  return page && markdownAddress(page);
};

export interface DocumentationSection {
  readonly title: string;
  readonly pages: readonly DocumentationPage[];
}

/** The pages in the order in which they are listed. */
export const documentationSections = (): readonly DocumentationSection[] => {
  const byFile = new Map(
    documentation()
      .getPages()
      .map((page) => [page.data.file, page]),
  );
  return sections().map(({ title, pages }) => ({
    title,
    pages: pages.flatMap(({ file }) => byFile.get(file) ?? []),
  }));
};
