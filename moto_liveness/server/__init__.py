"""The same verbs over HTTP: a server for tests in any language, and the handle that speaks to one."""
