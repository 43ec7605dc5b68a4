(function_declaration name: (_) @name body: (_) @body) @function
(generator_function_declaration name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(method_definition name: (_) @name body: (_) @body) @function

; A function kept in a constant is a function wherever it stands.
(_
  (variable_declarator
    name: (identifier) @name
    value: [
      (arrow_function body: (_) @body)
      (function_expression body: (_) @body)
      (generator_function body: (_) @body)
    ]) .) @function
(_ (variable_declarator name: (identifier) @name value: (class body: (_) @body)) .) @class
(expression_statement
  (assignment_expression
    left: (member_expression) @name
    right: [
      (arrow_function body: (_) @body)
      (function_expression body: (_) @body)
    ])) @function

; With those of functions, of which none becomes a definition.
(lexical_declaration . (variable_declarator name: (identifier) @name)) @value
(variable_declaration . (variable_declarator name: (identifier) @name)) @value

(import_statement) @import
(export_statement source: (_)) @import
(_
  (variable_declarator
    value: (call_expression function: (identifier) @_called (#eq? @_called "require")))) @import
(decorator) @attribute
(comment) @comment
