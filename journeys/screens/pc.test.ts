import { testScreens } from './kinds.ts';

testScreens('pc');
