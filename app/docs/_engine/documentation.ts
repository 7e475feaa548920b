import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loader, type MetaData, type PageData, type StaticSource, type VirtualFile } from "fumadocs-core/source";
import { markdownAddress } from "./markdown-address.ts";
import { readApiDocument, readPage, referenceFile } from "./read-page.ts";
import { referenceGroups } from "./reference-markdown.ts";
import { tableOfContents, type ContentsEntry, type ContentsSection } from "./table-of-contents.ts";
import { readHeading } from "./read-heading.ts";

const slugOf = (tag: string): string => tag.toLowerCase().replaceAll(" ", "-");

const referenceOf = (title: string, document: string, folder: string): ContentsSection => ({
  title,
  pages: (readApiDocument(document).tags ?? []).flatMap(({ name }) => {
    const slug = `reference/${folder}/${slugOf(name)}`;
    const groups = referenceGroups(readApiDocument(document), name);
    if (groups.length === 0) return [{ file: referenceFile(document, name), slug }];
    return groups.map((group) => ({
      file: referenceFile(document, name, group),
      slug: group === "" ? slug : `${slug}/${group}`,
    }));
  }),
});

const sections = (): readonly ContentsSection[] => [
  ...tableOfContents,
  referenceOf("API reference", "openapi", "api"),
  referenceOf("Reference of Topolo Auth", "auth-openapi", "auth"),
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
