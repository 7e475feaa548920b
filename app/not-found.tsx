import { Logo } from "./_ui/logo.tsx";

const NotFound = () => (
  <main className="grid min-h-dvh place-items-center px-4 text-center">
    <div>
      <Logo className="mx-auto mb-6 size-12" />
      <h1 className="text-2xl font-semibold tracking-tight">Page not found</h1>
      <p className="mt-2 text-muted">The address may be mistyped, or the page has moved.</p>
      <a href="/" className="mt-6 inline-block rounded font-medium text-accent hover:underline">
        To the start
      </a>
    </div>
  </main>
);

export default NotFound;
