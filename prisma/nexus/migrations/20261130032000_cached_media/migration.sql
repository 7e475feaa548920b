-- Sound and images that a vendor had in its cache, which have prices of their own where people talk to models.
alter table nexus.price_override add constraint price_override_unit_class_known check (unit_class in (
  'input', 'cacheRead', 'cacheReadAudio', 'cacheReadImage', 'cacheWrite5m', 'cacheWrite1h', 'cacheWrite30m',
  'cacheWrite12h', 'output', 'reasoning', 'inputAudio', 'outputAudio', 'inputImage', 'outputImage', 'inputVideo',
  'image', 'megapixel', 'character', 'second', 'videoSecond', 'videoSecond1080p', 'videoSecond4k', 'search', 'page',
  'request', 'message', 'recipient', 'payment', 'minorUnit'));
alter table nexus.price_override drop constraint price_override_known_unit_class;
