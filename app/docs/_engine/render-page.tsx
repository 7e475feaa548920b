import type { ReactNode } from "react";
import { createMarkdownRenderer } from "fumadocs-core/content/md";
import { rehypeCode, remarkCodeTab, remarkGfm, remarkHeading } from "fumadocs-core/mdx-plugins";
import type { TableOfContents } from "fumadocs-core/toc";
import { VFile } from "vfile";
import { pageParts } from "../_parts/page-parts.tsx";
import { addressOfFile, type DocumentationPage } from "./documentation.ts";
import { readPage } from "./read-page.ts";
import { codeTheme, highlightByClasses } from "./highlight-by-classes.ts";
import { rehypeTabs, remarkAnchors, remarkDiagrams, remarkWithoutTitle } from "./remark-page.ts";
import { remarkRepositoryLinks } from "./remark-repository-links.ts";

export interface RenderedPage {
  readonly body: ReactNode;
  readonly toc: TableOfContents;
}

const languages = ["bash", "http", "ini", "json", "nginx", "python", "sql", "toml", "ts", "tsx", "yaml"] as const;

const render = async (file: string): Promise<RenderedPage> => {
  const { MarkdownServer } = createMarkdownRenderer({
    remarkPlugins: [
      remarkGfm,
      remarkWithoutTitle,
      remarkAnchors,
      remarkDiagrams,
      remarkRepositoryLinks({ file, addressOfFile }),
      remarkHeading,
      remarkCodeTab,
    ],
    remarkRehypeOptions: { passThrough: ["mdxJsxFlowElement"] },
    rehypePlugins: [
      rehypeTabs,
      [
        rehypeCode,
        {
          themes: { light: codeTheme },
          defaultColor: "light",
          langs: [...languages],
          fallbackLanguage: "text",
          defaultLanguage: "text",
          transformers: [highlightByClasses],
          icon: false,
          tab: false,
        },
      ],
    ],
  });
  const source = new VFile({ path: file, value: readPage(file), data: {} });
  const body = await MarkdownServer({ children: source, components: pageParts });
  return { body, toc: source.data.toc ?? [] };
};

const rendered = new Map<string, Promise<RenderedPage>>();

/** A page as it is shown; made when it is first asked for, and kept: there are only so many. */
export const renderPage = ({ data: { file } }: DocumentationPage): Promise<RenderedPage> => {
  const known = rendered.get(file);
  if (known !== undefined && process.env.NODE_ENV !== "development") return known;
  const page = render(file);
  rendered.set(file, page);
  page.catch(() => rendered.delete(file));
  return page;
};
