/** Between one way and the others. */
export const OrLine = () => (
  <div className="my-5 flex items-center gap-3 text-sm text-muted">
    <span className="h-px grow bg-line" aria-hidden="true" />
    or
    <span className="h-px grow bg-line" aria-hidden="true" />
  </div>
);
