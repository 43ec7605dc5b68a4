(method name: (_) @name parameters: (_)? @head body: (_)? @body) @function
(singleton_method name: (_) @name parameters: (_)? @head body: (_)? @body) @function
(class name: (_) @name superclass: (_)? @head body: (_)? @body) @class
(singleton_class value: (_) @name body: (_)? @body) @class
(module name: (_) @name body: (_)? @body) @module
(program (assignment left: (constant) @name) @value)
(body_statement (assignment left: (constant) @name) @value)
(body_statement
  (call !receiver
    method: (identifier) @_called
    arguments: (argument_list (_) @name)
    (#any-of? @_called "attr_accessor" "attr_reader" "attr_writer")) @value)

(call !receiver
  method: (identifier) @_called
  (#any-of? @_called "require" "require_relative" "load" "autoload")) @import
(comment) @comment
