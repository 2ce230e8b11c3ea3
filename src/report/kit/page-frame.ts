import { Markup, markup } from './markup.js';
import { pageStyle } from './page-style.js';

/** One self-contained HTML page: no script, no network, no font of its own. */
export function renderPage(title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title} · Spikeledger</title>
<style>${Markup.trusted(pageStyle)}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}
