import { keyVariable, type ConnectWay } from "../../_connect/connection.ts";
import { Card } from "../../_ui/card.tsx";
import { CodeExample } from "../../_ui/code-example.tsx";

/** Whether the key has to be in the environment first. */
const readsTheKey = ({ examples }: ConnectWay): boolean => examples.some(({ code }) => code.includes(keyVariable));

/** One way, with what is to be copied. */
export const ShownWay = ({ way, apiKey }: { readonly way: ConnectWay; readonly apiKey: string | undefined }) => (
  <Card title={way.name}>
    <p className="mb-4 max-w-3xl text-pretty text-muted">
      {way.about}
      {way.documentedAt !== undefined && (
        <>
          {" "}
          <a
            href={way.documentedAt}
            target="_blank"
            rel="noreferrer"
            className="font-medium whitespace-nowrap text-accent hover:underline"
          >
            Its own documentation
          </a>
        </>
      )}
    </p>
    <div className="space-y-4">
      {apiKey === undefined && readsTheKey(way) && (
        <CodeExample name="First: the key" code={`export ${keyVariable}=tpk_… # your API key`} />
      )}
      {way.examples.map(({ name, code }) => (
        <CodeExample key={name} name={name} code={code} />
      ))}
    </div>
  </Card>
);
