(function_definition name: (_) @name body: (_) @body) @function
(class_definition name: (_) @name body: (_) @body) @class
; `type(x).y = 1` passes for an alias in the grammar, but for its name.
(type_alias_statement
  left: (type [(identifier) @name (generic_type . (identifier) @name)])) @type
(module (expression_statement (assignment left: (identifier) @name)) @value)
(class_definition
  body: (block (expression_statement (assignment left: (identifier) @name)) @value))

[(import_statement) (import_from_statement) (future_import_statement)] @import
(decorator) @attribute
(comment) @comment
