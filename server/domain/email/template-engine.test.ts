import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TemplateVariables } from "../../contracts/email/template.ts";
import { NexusError } from "../../errors.ts";
import { fillTemplate, templateVariables, type TemplateSource } from "./template-engine.ts";

const sourceOf = (html: string, more: Partial<TemplateSource> = {}): TemplateSource => ({
  subject: "Hello",
  text: null,
  html,
  ...more,
});

const fill = (source: TemplateSource, variables: TemplateVariables = {}): TemplateSource =>
  fillTemplate(source, variables, templateVariables(source), "variables");

const refusal = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    return (NexusError.from(error).issues ?? []).map(({ field, expected }) => `${field}: ${expected}`);
  }
  throw new Error("it was not refused");
};

describe("a template", () => {
  it("is filled in each of its parts, and escaped where it is HTML", () => {
    const source = sourceOf("<p>{{ name }}, {% for item in items %}{{ item.label }};{% endfor %}</p>", {
      subject: "For {{ name }}",
      text: "{{ name }}{% if note %} ({{ note }}){% endif %}",
    });
    expect(templateVariables(source)).toEqual(["items", "name", "note"]);
    expect(fill(source, { name: "Ann & <Bob>", items: [{ label: "a>b" }, { label: "c" }] })).toEqual({
      subject: "For Ann & <Bob>",
      text: "Ann & <Bob>",
      html: "<p>Ann &amp; &lt;Bob&gt;, a&gt;b;c;</p>",
    });
  });

  it.each([
    ["a missing variable", "{{ name }}", {}, "variables.name: a value, which the template's html uses"],
    ["a missing field", "{{ a.b.c }}", { a: { b: {} } }, "variables.a.b.c: a value, which the template's html uses"],
    ["a field of every object", "{{ a.constructor }}", { a: {} }, "variables.a.constructor: a value, which"],
    ["what no template has", "{{ constructor }}", {}, "variables.constructor: a value, which"],
    [
      "a variable of another name",
      "{{ name }}",
      { nmae: "x" },
      'variables.nmae: no such variable in the template; did you mean "name"?',
    ],
  ])("that lacks its words is refused: %s", (_, html, variables, expected) => {
    expect(refusal(() => fill(sourceOf(html), variables))[0]).toContain(expected);
  });

  it.each([
    ["an open tag", "{% if a %}"],
    ["an open output", "{{ a "],
    ["an unknown filter", "{{ a | shout }}"],
    ["an unknown tag", "{% shout %}"],
    ["another file", "{% include '/etc/passwd' %}"],
    ["another template", "{% render 'order-shipped' %}"],
    ["a layout", "{% layout 'page' %}"],
  ])("that is none is refused when it is stored: %s", (_, html) => {
    expect(refusal(() => templateVariables(sourceOf(html)))[0]).toMatch(/^html: a Liquid template: /);
  });

  it.each([
    ["numbers", "{% for i in (1..99999999) %}x{% endfor %}"],
    ["text", "{% assign x = 'ab' %}{% for i in (1..40) %}{% assign x = x | append: x %}{% endfor %}{{ x }}"],
    ["rounds", "{% for i in (1..20000) %}{% for j in (1..20000) %}{{ j }}{% endfor %}{% endfor %}"],
  ])("cannot grow without end: %s", (_, html) => {
    expect(refusal(() => fill(sourceOf(html)))[0]).toContain("limit exceeded");
  });

  it("says nothing in HTML that a variable has brought as markup", () => {
    const markup = fc.array(fc.constantFrom("<", ">", "&", '"', "'", "script", " on=", "/", "{{", "}}"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(markup, (signs) => {
        const { html, text } = fill(sourceOf('<a title="{{ v }}">{{ v }}</a>', { text: "{{ v }}" }), {
          v: signs.join(""),
        });
        const [, title = "", body = ""] = /^<a title="([^"]*)">([^<]*)<\/a>$/.exec(html ?? "") ?? [];
        expect(title).toBe(body);
        expect(body).not.toMatch(/[<>"']/);
        expect(text).toBe(signs.join(""));
      }),
    );
  });
});
