import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loader, type MetaData, type PageData, type StaticSource, type VirtualFile } from "fumadocs-core/source";
import { tableOfContents, type ContentsEntry } from "./table-of-contents.ts";
import { readHeading } from "./read-heading.ts";

/** The Markdown of a file of the repository. */
export const readRepositoryFile = (file: string): string =>
  readFileSync(join(/* turbopackIgnore: true */ process.cwd(), file), "utf8");

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
  const { title, description } = readHeading(readRepositoryFile(file));
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
  const source: StaticSource<Kinds> = {
    files: [
      ...tableOfContents.flatMap(({ title, pages }, section) => [
        ...pages.map((entry, place) => pageOf(entry, `section-${section}`, place)),
        orderOf(`section-${section}/`, { title, pages: pages.map((_, place) => String(place)) }),
      ]),
      ...decisions().map((entry, place) => pageOf(entry, "decisions", place)),
      orderOf("", { pages: tableOfContents.map((_, section) => `section-${section}`) }),
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
  return tableOfContents.map(({ title, pages }) => ({
    title,
    pages: pages.flatMap(({ file }) => byFile.get(file) ?? []),
  }));
};
