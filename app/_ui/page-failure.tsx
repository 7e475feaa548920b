import { Button } from "./button.tsx";

interface PageFailureProps {
  readonly id: string | undefined;
  readonly onRetry: () => void;
}

/** In place of a page that could not be shown. Every page loads it in advance, so it is little: no icons, no links of Next's. */
export const PageFailure = ({ id, onRetry }: PageFailureProps) => (
  <div className="mx-auto max-w-lg px-4 py-16 text-center">
    <h1 className="text-2xl font-semibold tracking-tight">This page could not be shown</h1>
    <p className="mt-2 text-pretty text-muted">
      Trying again often helps; after an update of the dashboard, reloading does. The other pages still work.
    </p>
    {id !== undefined && <p className="mt-2 font-mono text-xs text-muted">error {id}</p>}
    <p className="mt-6 flex flex-wrap justify-center gap-3">
      <Button look="primary" onClick={onRetry}>
        Try again
      </Button>
      <Button onClick={() => location.reload()}>Reload</Button>
      <Button onClick={() => location.assign("/")}>To the start</Button>
    </p>
  </div>
);
