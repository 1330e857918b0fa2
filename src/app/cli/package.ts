import metadata from '../../../package.json' with { type: 'json' };

/** What oclif needs of package.json, without reading the file at start. */
export const PACKAGE = metadata;

export const VERSION: string = metadata.version;
