import type { ComponentProps, ReactElement, ReactNode } from "react";
import Link from "next/link";
import { LanguageTab, LanguagePanel, LanguageTabs, LanguageTabsList } from "./language-tabs.tsx";
import { CopyCode } from "./copy-code.tsx";
import { Diagram } from "./diagram.tsx";

const PageLink = ({ href = "", children }: ComponentProps<"a">) =>
  href.startsWith("/docs") ? (
    <Link href={href} prefetch={false}>
      {children}
    </Link>
  ) : (
    <a href={href} {...(href.startsWith("#") ? {} : { rel: "noreferrer" })}>
      {children}
    </a>
  );

const Heading =
  (Level: "h2" | "h3" | "h4") =>
  ({ id, children }: ComponentProps<"h2">) => (
    <Level id={id}>
      {children}
      <a href={`#${id}`} aria-hidden="true" tabIndex={-1} className="to-heading">
        #
      </a>
    </Level>
  );

const CodeBlock = ({ children }: ComponentProps<"pre">) => (
  <figure className="code-block">
    <pre>{children}</pre>
    <CopyCode />
  </figure>
);

/** What scrolls sideways on a narrow screen has to be reached by the keyboard. */
const scrollable = { tabIndex: 0, role: "group", "aria-label": "Table" } as const;

const WideTable = ({ children }: ComponentProps<"table">) => (
  <div className="wide-table" {...scrollable}>
    <table>{children}</table>
  </div>
);

/** A head without words heads nothing. */
const TableHead = ({ children }: ComponentProps<"th">) =>
  children === undefined ? <td>&nbsp;</td> : <th scope="col">{children}</th>;

const Picture = ({ src, alt = "" }: ComponentProps<"img">) => <img src={src} alt={alt} loading="lazy" />;

/** Which tabs there are, for the element that chooses among them. */
const tabValues = (children: ReactNode): string =>
  (Array.isArray(children) ? children : [children])
    .flatMap((child: ReactElement<{ value?: string }> | null) => child?.props?.value ?? [])
    .join("\n");

/** How the elements of a Markdown page are shown. */
export const pageParts = {
  a: PageLink,
  h2: Heading("h2"),
  h3: Heading("h3"),
  h4: Heading("h4"),
  pre: CodeBlock,
  table: WideTable,
  th: TableHead,
  img: Picture,
  "mermaid-diagram": Diagram,
  "language-tabs": ({ defaultValue, children }: { readonly defaultValue: string; readonly children: ReactNode }) => (
    <LanguageTabs defaultValue={defaultValue} values={tabValues(children)}>
      {children}
    </LanguageTabs>
  ),
  "language-tabs-list": LanguageTabsList,
  "language-tab": LanguageTab,
  "language-panel": LanguagePanel,
};
