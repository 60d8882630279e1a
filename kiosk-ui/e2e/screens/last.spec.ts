/** Pictures of what concerns all outlets, after all others. */
import { test } from '../support/test';
import { LAST } from '../support/tour/index';
import { picture } from '../support/tour/pictures';

test.describe.configure({ mode: 'serial' });
picture(LAST);
