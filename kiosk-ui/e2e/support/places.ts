import path from 'node:path';

const workspace = path.resolve(import.meta.dirname, '../../..');
const targets = process.env['CARGO_TARGET_DIR'] ?? path.join(workspace, 'target');

/** A path in cargo's target folder. */
export const target = (name: string) => path.join(targets, name);

/** Where the programs were built to. */
export const programs = process.env['GERAI_BIN_DIR'] ?? target('debug');
