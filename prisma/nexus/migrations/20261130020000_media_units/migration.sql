-- Images that are billed by their megapixels, and videos by the second of their resolution.
alter table nexus.price_override add constraint price_override_known_unit_class check (unit_class in (
  'input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'cacheWrite30m', 'cacheWrite12h', 'output', 'reasoning',
  'inputAudio', 'outputAudio', 'inputImage', 'outputImage', 'inputVideo', 'image', 'megapixel', 'character', 'second',
  'videoSecond', 'videoSecond1080p', 'videoSecond4k', 'search', 'page', 'request', 'message', 'recipient', 'payment',
  'minorUnit'));
alter table nexus.price_override drop constraint price_override_unit_class;
