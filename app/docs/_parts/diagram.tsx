import { createHash } from "node:crypto";
import { renderMermaidSVG } from "beautiful-mermaid";

/** A wide picture scrolls on a narrow screen, which the keyboard has to do, too. */
const scrollable = { tabIndex: 0, role: "group", "aria-label": "Diagram" } as const;

const captionOf = (source: string): string => /^%%[ \t]*(.+)$/m.exec(source)?.[1]?.trim() ?? "Diagram";

/** The picture without styles of its own, which the content security policy would refuse; docs.css has its colours. */
const pictureOf = (source: string, caption: string): string => {
  const mark = createHash("sha256").update(source).digest("hex").slice(0, 8);
  return renderMermaidSVG(source.replace(/^%%.*\n/, ""), { padding: 16 })
    .replaceAll(/<style>[\s\S]*?<\/style>/g, "")
    .replaceAll(/ style="[^"]*"/g, "")
    .replaceAll(/id="(arrowhead[^"]*)"/g, `id="$1-${mark}"`)
    .replaceAll(/url\(#(arrowhead[^)]*)\)/g, `url(#$1-${mark})`)
    .replace("<svg ", `<svg role="img" aria-label="${caption.replaceAll(/[&<>"]/g, "")}" `);
};

/** A diagram, drawn on the server; the comment in its first line says what it shows. */
export const Diagram = ({ source = "" }: { readonly source?: string }) => {
  const caption = captionOf(source);
  return (
    <figure className="diagram">
      <div {...scrollable} dangerouslySetInnerHTML={{ __html: pictureOf(source, caption) }} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
};
