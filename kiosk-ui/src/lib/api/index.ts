export * from './types';
export { type Answer, type ClientOptions, type Trouble } from './ask';
export { Edge } from './client';
export { listen, type Heard } from './events';
export { freshKey } from './key';
export { PATIENCE, type Patience } from './retry';
